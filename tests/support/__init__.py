"""What tests share: stand-ins for other servers, and a way to serve an app on a free port."""

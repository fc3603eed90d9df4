"""What a browser opens of the platform: articles, pictures, QR codes, the page of web logins."""

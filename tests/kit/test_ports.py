import socket

from app.kit.ports import find_free_port


def test_a_free_port_can_be_listened_on() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", find_free_port()))
        server.listen()

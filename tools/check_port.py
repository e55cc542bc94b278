#!/usr/bin/env python3
"""Say what to do when an address cannot be listened on."""

import errno
import socket
import sys

WHY = {
    errno.EADDRINUSE: "端口 {port} 已被占用：请换一个端口再启动，例如 PORT={other} ./run。",
    errno.EACCES: "端口 {port} 只有管理员能用：请换一个端口再启动，例如 PORT=8000 ./run。",
}
OTHERWISE = "不能在 {host}:{port} 上提供服务（{error}）：请改 LISTEN 或 PORT。"


def free_port(host: str, after: int) -> int:
    """The next port nobody listens on, to be offered."""
    for port in range(after + 1, min(after + 100, 65535)):
        if problem(host, port) is None:
            return port
    return 8000


def problem(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            return error
    return None


def main(host: str, port: int) -> str | None:
    error = problem(host, port)
    if error is None:
        return None
    other = free_port(host, port) if error.errno == errno.EADDRINUSE else 8000
    text = WHY.get(error.errno or 0, OTHERWISE)
    return text.format(host=host, port=port, other=other, error=error.strerror)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))

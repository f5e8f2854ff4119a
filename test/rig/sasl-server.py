"""The server's part of one login, played by Cyrus SASL, which no SMTP server of Debian lets see its TLS connection.

sasl-server.py DIRECTORY MECHANISM BINDING DATA: the directory holds ssmtp-test.conf for Cyrus SASL, BINDING names the channel
binding that the hub knows, and DATA is its octets in base64. Each line of standard input is what the client says, in base64; the
answer is a line "continue DATA", "done USER" or "refused WHY".
"""

import base64
import ctypes
import sys

SASL_OK, SASL_CONTINUE = 0, 1
SASL_PATH_TYPE_CONFIG = 1
SASL_USERNAME, SASL_CHANNEL_BINDING = 0, 21


class ChannelBinding(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("critical", ctypes.c_int),
        ("length", ctypes.c_ulong),
        ("data", ctypes.c_char_p),
    ]


def main(directory, mechanism, name, data):
    sasl = ctypes.CDLL("libsasl2.so.2")
    sasl.sasl_errdetail.restype = ctypes.c_char_p
    sasl.sasl_errdetail.argtypes = [ctypes.c_void_p]
    sasl.sasl_set_path(SASL_PATH_TYPE_CONFIG, directory.encode())
    demand(sasl.sasl_server_init(None, b"ssmtp-test"))
    connection = ctypes.c_void_p()
    demand(sasl.sasl_server_new(b"smtp", b"hub.test", None, None, None, None, 0, ctypes.byref(connection)))
    octets = base64.b64decode(data)
    binding = ChannelBinding(name.encode(), 0, len(octets), octets)
    demand(sasl.sasl_setprop(connection, SASL_CHANNEL_BINDING, ctypes.byref(binding)))

    answer, length = ctypes.c_char_p(), ctypes.c_uint()
    back = (ctypes.byref(answer), ctypes.byref(length))
    is_first = True
    for line in sys.stdin:
        said = base64.b64decode(line)
        if is_first:
            result = sasl.sasl_server_start(connection, mechanism.encode(), said, len(said), *back)
        else:
            result = sasl.sasl_server_step(connection, said, len(said), *back)
        is_first = False
        if result == SASL_CONTINUE:
            text = ctypes.string_at(answer, length.value) if length.value else b""
            print("continue", base64.b64encode(text).decode(), flush=True)
            continue
        if result == SASL_OK:
            user = ctypes.c_char_p()
            demand(sasl.sasl_getprop(connection, SASL_USERNAME, ctypes.byref(user)))
            print("done", user.value.decode(), flush=True)
        else:
            print("refused", sasl.sasl_errdetail(connection).decode(), flush=True)
        return


def demand(result):
    if result != SASL_OK:
        sys.exit(f"libsasl2 says {result}")


main(*sys.argv[1:])

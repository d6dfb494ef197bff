"""The calls of the Container Runtime Interface that the lab needs, on a runtime's socket.

Python's gRPC carries the messages; the handful of fields that are used is encoded here by hand, so that no generated code
and no copy of the interface lies in the repository. Field numbers are those of k8s.io/cri-api, runtime/v1/api.proto.
"""

import grpc


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, value):
    """One field of a message: text, bytes (a message), or a whole number. Nothing for what is empty."""
    if not value:
        return b""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def texts(message):
    """The length-delimited fields of a message by number; enough to read the answers used here."""
    found, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = number()
        if key & 7 == 2:
            length = number()
            found[key >> 3] = message[at : at + length]
            at += length
        else:
            number()
    return found


class Failure(Exception):
    """What a runtime answered: the name of the gRPC code as Go prints it, and the text."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code, self.text = code, text


class Runtime:
    def __init__(self, socket):
        self.channel = grpc.insecure_channel(f"unix://{socket}")

    def call(self, method, message, timeout=120):
        call = self.channel.unary_unary(f"/runtime.v1.{method}", request_serializer=bytes, response_deserializer=bytes)
        try:
            return call(message, timeout=timeout, wait_for_ready=False)
        except grpc.RpcError as error:
            code = "".join(word.capitalize() for word in error.code().name.split("_"))
            raise Failure(code, error.details()) from None

    def version(self):
        answer = texts(self.call("RuntimeService/Version", b""))
        return f"{answer[2].decode()}://{answer[3].decode().removeprefix('v')}"

    def cancel(self, method, message, seconds):
        """Calls, and gives up after a while. No deadline is sent along: whether that or the end of the call came first would be chance."""
        unary = self.channel.unary_unary(f"/runtime.v1.{method}", request_serializer=bytes, response_deserializer=bytes)
        call = unary.future(message)
        try:
            call.result(seconds)
        except grpc.FutureTimeoutError:
            call.cancel()
            raise Failure("Canceled", "the caller gave up") from None

    def pull(self, image, auth=None, patience=None):
        """Pulls as the kubelet does; `auth` is what a kubelet takes from a pull secret."""
        auth = auth or {}
        credential = field(1, auth.get("username")) + field(2, auth.get("password"))
        credential += field(3, auth.get("auth")) + field(4, auth.get("server"))
        request = field(1, field(1, image)) + field(2, credential)
        if patience:
            self.cancel("ImageService/PullImage", request, patience)
        else:
            self.call("ImageService/PullImage", request)

    def remove(self, image):
        self.call("ImageService/RemoveImage", field(1, field(1, image)))

    def run_sandbox(self, pod):
        """Starts a pod's sandbox, as far as its image; the lab has no use for it beyond that."""
        identity = field(1, pod) + field(2, pod) + field(3, "shop")
        host_network = field(8, field(2, field(1, field(1, 2))))
        self.call("RuntimeService/RunPodSandbox", field(1, field(1, identity) + field(6, b"") + host_network))

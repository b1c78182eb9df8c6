"""An RTSP server that shares no code with ours: GStreamer's. Shows clips in a loop, at their pace, on loopback.

    python3 gstreamer_station.py PICTURES_A_SECOND NAME=FILE...

A file holds coded pictures (H.264, Annex B), each behind its length in four bytes, the highest first. The first line
on standard output is the port; it ends when standard input does. Needs Debian's python3-gi, gir1.2-gst-rtsp-server-1.0,
gstreamer1.0-plugins-base, -good and -bad.
"""

import struct
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PIPELINE = (
    "( appsrc name=pictures is-live=true format=time do-timestamp=true"
    " caps=video/x-h264,stream-format=byte-stream,alignment=au,framerate={rate}/1"
    " ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)


def pictures(path):
    with open(path, "rb") as file:
        data = file.read()
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return found


class Camera(GstRtspServer.RTSPMediaFactory):
    def __init__(self, path, rate):
        super().__init__()
        self.pictures = pictures(path)
        self.rate = rate
        self.set_shared(True)

    def do_create_element(self, url):
        return Gst.parse_launch(PIPELINE.format(rate=self.rate))

    def do_configure(self, media):
        source = media.get_element().get_child_by_name("pictures")
        shown = 0

        def show():
            nonlocal shown
            picture = Gst.Buffer.new_wrapped(self.pictures[shown % len(self.pictures)])
            shown += 1
            answer = source.emit("push-buffer", picture)
            # Before the first viewer plays nothing is taken yet; afterwards that means that the last one left.
            return answer == Gst.FlowReturn.OK or shown < self.rate

        GLib.timeout_add(1000 // self.rate, show)


def main():
    Gst.init(None)
    rate = int(sys.argv[1])
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    for argument in sys.argv[2:]:
        name, path = argument.split("=", 1)
        server.get_mount_points().add_factory("/" + name, Camera(path, rate))
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()


if __name__ == "__main__":
    main()

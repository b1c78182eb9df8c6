"""H.264 as a camera sends it: a key frame every two seconds exactly, one slice a picture, no B-frames."""

import subprocess

FPS = 5
KEY_SECONDS = 2


def encode(pictures, size, target, quality=29):
    """Writes the 8-bit BGR pictures to the MP4 `target`."""
    every = str(FPS * KEY_SECONDS)
    command = [
        "ffmpeg", "-hide_banner", "-loglevel", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{size[0]}x{size[1]}", "-r", str(FPS), "-i", "-",
        "-an", "-c:v", "libx264", "-threads", "1", "-preset", "slow", "-crf", str(quality), "-profile:v", "main",
        "-pix_fmt", "yuv420p", "-bf", "0", "-g", every, "-keyint_min", every, "-sc_threshold", "0", "-x264-params", "open-gop=0:slices=1",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-vf", "scale=out_color_matrix=bt709:out_range=tv",
        "-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart", str(target),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        for picture in pictures:
            process.stdin.write(picture.tobytes())
        process.stdin.close()
        if process.wait() != 0:
            raise RuntimeError(f"ffmpeg could not write {target}; its message is above")

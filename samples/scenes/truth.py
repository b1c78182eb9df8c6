"""NAME.json beside NAME.mp4: what happens in the clip."""

from .encode import FPS, KEY_SECONDS


def check(story):
    """Raises ValueError where a story cannot be cut at key frames or looped."""
    end = 0.0
    for segment in story.segments:
        if segment.start != end:
            raise ValueError(f"{story.name}: segment {segment.name} starts at {segment.start}, the one before ends at {end}")
        if segment.start % KEY_SECONDS or segment.end % KEY_SECONDS:
            raise ValueError(f"{story.name}: segment {segment.name} does not begin and end on key frames")
        if segment.loop and segment.end - segment.start < 8 * KEY_SECONDS:
            raise ValueError(f"{story.name}: loop {segment.name} holds less than 8 key frames")
        if segment.loop and any(w.path[0][0] < segment.end <= w.path[-1][0] for w in story.walks):
            raise ValueError(f"{story.name}: someone is cut off where {segment.name} loops")
        end = segment.end


def truth(story, boxes, people):
    """`boxes(still)` answers where its things lie; `people` is [(second, box)] of the key frames."""
    return {
        "fps": FPS,
        "events": [
            {"kind": event.kind, "from": event.start, "to": event.end, "box": _around([boxes(event.at)[thing] for thing in event.of])}
            for event in story.events
        ],
        "faults": [{"fault": fault.fault, "from": fault.start, "to": fault.end} for fault in story.faults],
        "zones": [],
        "segments": [
            {"name": s.name, "from": float(s.start), "to": float(s.end)} | ({"loop": True} if s.loop else {}) for s in story.segments
        ],
        "people": [{"t": t, "box": box} for t, box in people],
    }


def _around(boxes):
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return [round(v, 4) for v in (left, top, right - left, bottom - top)]

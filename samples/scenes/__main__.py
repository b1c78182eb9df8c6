"""python -m scenes render|compose|score [--cache DIR] [STORY...], entrances [CLIP...], stations or gatherings --count N --out DIR"""

import argparse
from pathlib import Path

from .cache import Cache
from .catalogue import STORIES

RESOURCES = Path(__file__).resolve().parent.parent / "src/main/resources/io/kerbwatch/samples"
CLIPS = RESOURCES / "clips"
EMPTY_ENTRANCES = 33  # random ones, that gatherings stand before


def main():
    parser = argparse.ArgumentParser(prog="scenes", description="Draws refuse stations and makes clips of them.")
    parser.add_argument("command", choices=("render", "compose", "score", "stations", "entrances", "gatherings"))
    parser.add_argument("stories", nargs="*", metavar="STORY", help=f"one of {', '.join(STORIES)}; all when none is named")
    parser.add_argument("--cache", default="stills", help="folder of rendered stills (default: %(default)s)")
    parser.add_argument("--clips", type=Path, default=CLIPS, help="folder of the clips")
    parser.add_argument("--only", nargs="*", help="render: these stills alone, as STORY/STILL or people/CLOTHES-POSE")
    parser.add_argument("--model", help="score: the detector as TorchScript")
    parser.add_argument("--verbose", action="store_true", help="score: a line for each key frame")
    parser.add_argument("--count", type=int, default=100, help="stations, gatherings: how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="stations, gatherings: another seed makes other ones")
    parser.add_argument("--out", type=Path, help="stations, gatherings: folder of the pictures and labels")
    parser.add_argument("--photographs", type=Path, help="gatherings: folder of photographs without people to stand before, instead of entrances")
    parser.add_argument("--width", type=int, default=480)
    parser.add_argument("--height", type=int, default=270)
    options = parser.parse_intermixed_args()
    if options.command == "entrances":
        _entrances(parser, options)
        return
    if options.command == "gatherings":
        if not options.out:
            parser.error("gatherings needs --out DIR")
        from . import entering, gatherings

        if len(list(Path(options.cache).glob("entrance[0-9]*.png"))) < EMPTY_ENTRANCES:
            entering.render_empty(EMPTY_ENTRANCES, Path(options.cache))
        gatherings.make(options.count, options.seed, Path(options.cache), options.out, options.photographs)
        return
    unknown = set(options.stories) - set(STORIES)
    if unknown:
        parser.error(f"no story named {', '.join(sorted(unknown))}; there are {', '.join(STORIES)}")
    chosen = [STORIES[name] for name in options.stories or STORIES]
    if options.command == "render":
        from .render import render

        render(chosen, Cache(options.cache), options.only)
    elif options.command == "compose":
        from .compose import compose

        for story in chosen:
            compose(story, Cache(options.cache), options.clips)
    elif options.command == "stations":
        from .stations import make

        if not options.out:
            parser.error("stations needs --out DIR")
        make(options.count, options.seed, options.out, (options.width, options.height))
    else:
        from .score import score

        if not options.model:
            parser.error("score needs --model FILE")
        score(chosen, options.clips, options.model, options.verbose)


def _entrances(parser, options):
    from . import entering
    from .visits import CLIPS as NAMED

    unknown = set(options.stories) - set(NAMED)
    if unknown:
        parser.error(f"no entrance named {', '.join(sorted(unknown))}; there are {', '.join(NAMED)}")
    clips = [NAMED[name] for name in options.stories or NAMED]
    entering.render(clips, Path(options.cache))
    for clip in clips:
        entering.compose(clip, Path(options.cache), RESOURCES / "entrances" if options.clips == CLIPS else options.clips)


if __name__ == "__main__":
    main()

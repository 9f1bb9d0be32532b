"""Keep an exact copy of what a Razem publishes, one file a document: FOLDER/TYPE/ID.json.

Usage: python3 mirror.py https://razem.example.org/api/v1 FOLDER --once (or: --every SECONDS)
"""

import fcntl
import json
import re
import sys
import time
from pathlib import Path

import requests

PATH = re.compile(r"[a-z_]+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json")
session = requests.Session()
for scheme in ("http://", "https://"):  # told 429 or 503, it waits for Retry-After and asks again
    session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=2))


def fetch(epoch: str = "", sequence: int = 0) -> dict:
    """Return what to do by path: (version, content), or (version, None) to remove the file."""
    is_all, page = not epoch, {"next": "…"}  # all: what we hold goes unless it comes again
    held = (f"{file.parent.name}/{file.name}" for file in folder.glob("*/*.json") if is_all)
    todo: dict = dict.fromkeys(filter(PATH.fullmatch, held), (sys.maxsize, None))
    while page["next"]:
        asked = {"since": sequence, "epoch": epoch or None, "limit": 500}
        answer = session.get(f"{api}/changes/", params=asked, timeout=30, allow_redirects=False)
        if answer.status_code == 410 and epoch:  # the server was restored: all from the beginning
            return fetch()
        answer.raise_for_status()
        page = answer.json()
        types = [type(page[name]) for name in ("epoch", "sequence", "results")]
        if types != [str, int, list] or (page["next"] and page["sequence"] <= sequence):
            raise ValueError("this is not the change feed")
        if todo and not epoch and not page["results"]:
            raise ValueError("nothing was ever published there: is it the right server?")
        for change in page["results"]:
            path = f"{change['type']}/{change['id']}.json"
            kind = {"upsert": dict, "remove": type(None)}[change["action"]]
            if not PATH.fullmatch(path) or type(change["document"]) is not kind:
                raise ValueError(f"this is not a change: {change}")
            todo[path] = (max(int(change["version"]), sys.maxsize * is_all), change["document"])
        epoch, sequence = page["epoch"], page["sequence"]
    return todo | {"state.json": (sys.maxsize, {"epoch": epoch, "sequence": sequence})}


def load(path: str) -> dict:
    try:
        return dict(json.loads((folder / path).read_bytes()))
    except (FileNotFoundError, ValueError):  # none yet, or cut off by a power failure
        return {}


def mirror() -> None:
    """Touch no file before all is fetched. A killed run is done again: the state comes last."""
    for path, (version, content) in fetch(**load("state.json")).items():
        file, aside = folder / path, folder / ".new"
        is_due = load(path).get("version", 0) <= version
        if is_due and content is not None:
            file.parent.mkdir(exist_ok=True)
            aside.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
            aside.replace(file)  # so that nobody ever reads half a file
        elif is_due:
            file.unlink(missing_ok=True)


if len(sys.argv) < 4:
    sys.exit(__doc__)
api, folder, every = sys.argv[1], Path(sys.argv[2]), float(sys.argv[4]) if sys.argv[4:] else 0
folder.mkdir(parents=True, exist_ok=True)
fcntl.flock(lock := (folder / ".lock").open("w"), fcntl.LOCK_EX)  # one run at a time
while True:
    try:
        mirror()
        status = 0
    except Exception as error:  # noqa: BLE001 - whatever it is: keep the last copy
        print(f"mirror.py: {error!r}", file=sys.stderr)
        status = 1
    time.sleep(every) if every else sys.exit(status)

"""Validate a run folder as a Workflow Run RO-Crate with rocrate-validator, in an environment of its own, offline.

python benchmarks/crate_validation.py RUN. The validator reads the JSON-LD context over the network; here it is given
the one that the package `rocrate` carries: that of RO-Crate 1.3, its bioschemas terms put back to their form in 1.1.
"""

import json
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

VALIDATOR = "roc-validator==0.13.0"
CHECK = """
import json, sys
from rocrate_validator import services
from rocrate_validator.models import ValidationSettings
from rocrate_validator.utils import document_loader, http
context = json.loads(open(sys.argv[2]).read())
class Answer:
    status_code, from_cache, ok, headers = 200, True, True, {"Content-Type": "application/ld+json"}
    text = json.dumps(context)
    content = text.encode()
    def json(self): return context
    def raise_for_status(self): pass
document_loader._fetch_json_ld = lambda source: context
http.HttpRequester.__getattr__ = lambda self, name: lambda url, *a, **k: Answer()
result = services.validate(ValidationSettings(rocrate_uri=sys.argv[1], profile_identifier="workflow-run-crate-0.5",
                                              requirement_severity=sys.argv[3], offline=True))
for issue in result.get_issues():
    print(issue.severity.name, issue.check.identifier, issue.message)
print("passed" if result.passed() else "failed")
"""


def main(run: str) -> None:
    """Print what the validator finds, required and recommended; exit code 1 where a requirement fails."""
    with tempfile.TemporaryDirectory() as place:
        folder, uv = Path(place), str(Path(sys.executable).with_name("uv"))
        python = str(folder / "venv" / "bin" / "python")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, VALIDATOR], check=True)
        context = json.loads(files("rocrate").joinpath("data/ro-crate.jsonld").read_text(encoding="utf-8"))
        text = json.dumps(context).replace("https://bioschemas.org/terms/", "https://bioschemas.org/")
        (folder / "context.json").write_text(text)
        failed = False
        for severity in ("REQUIRED", "RECOMMENDED"):
            command = [python, "-c", CHECK, str(Path(run).resolve()), str(folder / "context.json"), severity]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            print(f"{severity}: {done.stdout.strip() or done.stderr.strip()[-1000:]}")
            failed = failed or (severity == "REQUIRED" and "passed" not in done.stdout.splitlines()[-1:])
    raise SystemExit(failed)


if __name__ == "__main__":
    main(sys.argv[1])

"""Judges many (instance, result) pairs with check_layout.py: reads {"tools", "instances": {name: file or document}, "cases":
[{"instance", "result", "tolerance"?}], "tolerance"} from stdin, prints one verdict or {"error"} a line."""
import json
import sys

task = json.load(sys.stdin)
sys.path.insert(0, task["tools"])
import check_layout

instances = {k: json.load(open(v)) if isinstance(v, str) else v for k, v in task["instances"].items()}
for case in task["cases"]:
    try:
        tolerance = case.get("tolerance", task["tolerance"])
        print(json.dumps(check_layout.judge(instances[case["instance"]], case["result"], tolerance)))
    except Exception as e:
        print(json.dumps({"error": f"{type(e).__name__}: {e}"}))

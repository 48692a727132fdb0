"""Runs the tests of check_layout.py and kerf_problem.py with their judge replaced by one that writes down every problem and
result it is asked about, with its verdict at the tolerance given. argv: tools, tolerance. Prints one case a line."""
import json
import sys
import unittest

sys.path.insert(0, sys.argv[1])
import check_layout
import test_check_layout
import test_kerf_problem

cases, true_judge = [], check_layout.judge


def recording(inst, res, tolerance=2e-5):
    text = json.dumps([inst, res])
    try:
        cases.append((text, true_judge(inst, res, float(sys.argv[2]))))
    except Exception as e:
        cases.append((text, {"error": f"{type(e).__name__}: {e}"}))
    return true_judge(inst, res, tolerance)


for module in (test_check_layout, test_kerf_problem):
    module.judge = recording
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    unittest.TextTestRunner(stream=sys.stderr, verbosity=0).run(suite)
for text, verdict in cases:
    print(json.dumps({"case": text, "verdict": verdict}))

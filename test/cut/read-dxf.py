"""Reads a DXF with ezdxf, audits it, prints units, audit and every entity of the model space as JSON."""
import json
import sys

import ezdxf

doc = ezdxf.readfile(sys.argv[1])
audit = doc.audit()
rows = []
for e in doc.modelspace():
    row = {"type": e.dxftype(), "layer": e.dxf.layer}
    if row["type"] == "LWPOLYLINE":
        row |= {"closed": bool(e.closed), "points": [[p[0], p[1]] for p in e.get_points("xy")], "bulges": [p[0] for p in e.get_points("b")]}
    if row["type"] == "POINT":
        row |= {"points": [[e.dxf.location.x, e.dxf.location.y]]}
    if row["type"] == "TEXT":
        row |= {"text": e.plain_text(), "points": [[e.dxf.insert.x, e.dxf.insert.y]]}
    rows.append(row)
print(json.dumps({"insunits": doc.header["$INSUNITS"], "errors": [str(x.message) for x in audit.errors],
                  "fixes": [str(x.message) for x in audit.fixes], "layers": sorted(l.dxf.name for l in doc.layers), "entities": rows}))

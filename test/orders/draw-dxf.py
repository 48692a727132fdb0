"""Draws pieces in DXF with ezdxf, and says as JSON where ezdxf has their lines: [{"name", "dxf", "lines"}], mm."""
import io
import json
import random

import ezdxf
from ezdxf import path
from ezdxf.math import Matrix44

DOWN = {"extrusion": (0, 0, -1)}
L = [(0, 0), (100, 0), (100, 20), (20, 20), (20, 70), (0, 70)]
BULGED = [(0, 0, 0), (90, 0, 0.4), (100, 40, -0.3), (30, 60, 0), (0, 60, 1.2)]
cases = []


def points_of(e):
    """In the world. Paths of ezdxf only come near to splines and ellipses, so these are followed point by point."""
    if e.dxftype() == "SPLINE":
        curve = e.construction_tool()
        knots = list(curve.knots())
        inner = knots[curve.degree : curve.count + 1]
        # The last knot is none of its span's.
        return curve.points(a + (b - a) * k / 100 * (1 - 1e-12) for a, b in zip(inner, inner[1:]) if b > a for k in range(101))
    if e.dxftype() in ("ELLIPSE", "CIRCLE", "ARC"):
        return e.flattening(0.002)
    return path.make_path(e).flattening(0.002, segments=32)


def lines_of(doc, entities, map):
    lines = []
    for e in entities:
        if e.dxftype() == "INSERT":
            for one in e.multi_insert() if e.mcount > 1 else [e]:
                lines += lines_of(doc, doc.blocks[e.dxf.name], one.matrix44() @ map)
        else:
            lines.append([[p.x, p.y] for p in map.transform_vertices(points_of(e))])
    return lines


def case(name, draw):
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 4
    draw(doc, doc.modelspace())
    text = io.StringIO()
    doc.write(text)
    cases.append({"name": name, "dxf": text.getvalue(), "lines": lines_of(doc, doc.modelspace(), Matrix44())})


def half_moon(space, **k):
    """An arc and its chord; the chord's ends are the arc's in the world."""
    arc = space.add_arc((40, 30), 25, 20, 250, dxfattribs=k)
    space.add_line(arc.start_point, arc.end_point)


def draw_kind(space, kind, attribs):
    if kind == "polyline":
        space.add_lwpolyline(BULGED, format="xyb", close=True, dxfattribs=attribs)
    elif kind == "old polyline":
        space.add_polyline2d(BULGED, format="xyb", close=True, dxfattribs=attribs)
    elif kind == "arc":
        half_moon(space, **attribs)
    elif kind == "circle":
        space.add_circle((30, 10), 17, dxfattribs=attribs)
    elif kind == "ellipse":
        space.add_ellipse((30, 10), (40, 15), 0.4, dxfattribs=attribs)
    elif kind == "elliptic arc":
        e = space.add_ellipse((30, 10), (40, 15), 0.4, 0.5, 4.4, dxfattribs=attribs)
        space.add_line(e.start_point, e.end_point)
    elif kind == "spline":
        space.add_open_spline([(0, 0), (50, -30), (100, 10), (80, 60), (40, 20), (-20, 50), (0, 0)], dxfattribs=attribs)


KINDS = ["polyline", "old polyline", "arc", "circle", "ellipse", "elliptic arc", "spline"]
for kind in KINDS:
    case(kind, lambda d, m: draw_kind(m, kind, {}))
    case(f"{kind} seen from below", lambda d, m: draw_kind(m, kind, dict(DOWN)))
case("an L seen from below", lambda d, m: m.add_lwpolyline(L, close=True, dxfattribs=DOWN))
case("an elevated L seen from below", lambda d, m: m.add_lwpolyline(L, close=True, dxfattribs={"elevation": 5, **DOWN}))
case("a 3D polyline", lambda d, m: m.add_polyline3d([(x, y, 3) for x, y in L], close=True))
case("a whole turn as arc", lambda d, m: m.add_arc((5, 6), 30, 0, 360))
case("a whole turn from 90 on", lambda d, m: m.add_arc((5, 6), 30, 90, 450))


def splines(d, m):
    m.add_rational_spline([(0, 0), (60, -20), (100, 30), (50, 90), (-30, 40), (0, 0)], [1, 3, 0.5, 2, 1, 1])


case("a spline with weights", splines)
ROUND = [(0, 0, 0), (60, -20, 0), (100, 30, 0), (50, 90, 0), (-30, 40, 0)]
case("a closed spline", lambda d, m: m.add_spline().set_closed(ROUND))
case("a closed spline with weights", lambda d, m: m.add_spline().set_closed_rational(ROUND, [1, 3, 0.5, 2, 1]))
for degree in (1, 2, 5):
    case(f"a spline of degree {degree}", lambda d, m: m.add_open_spline([(0, 0), (50, -30), (100, 10), (80, 60), (40, 20), (-20, 50), (0, 0)], degree=degree))


def block(doc, name, kind, attribs, base):
    b = doc.blocks.new(name, base_point=base)
    draw_kind(b, kind, attribs)
    return b


def inserted(kind, **attribs):
    def draw(d, m):
        block(d, "P", kind, {}, (7, 3))
        m.add_blockref("P", (10, 20), dxfattribs=attribs)

    return draw


for kind in KINDS:
    case(f"{kind} in a mirrored, turned block", inserted(kind, xscale=-1, rotation=30))
    case(f"{kind} in a stretched block", inserted(kind, xscale=2, yscale=0.7, rotation=-20))
    case(f"{kind} in a block seen from below", inserted(kind, rotation=40, xscale=1.5, yscale=1.5, **DOWN))

chance = random.Random(7)
for k in range(60):
    kind = chance.choice(KINDS)

    def draw(d, m):
        down = lambda: dict(DOWN) if chance.random() < 0.5 else {}
        block(d, "B0", kind, down(), (chance.uniform(-9, 9), chance.uniform(-9, 9)))
        depth = chance.randint(1, 3)
        for n in range(1, depth + 1):
            space = m if n == depth else d.blocks.new(f"B{n}", base_point=(chance.uniform(-9, 9), 4))
            scale = {"xscale": chance.choice([-1, 1]) * chance.uniform(0.6, 1.8), "yscale": chance.choice([-1, 1]) * chance.uniform(0.6, 1.8)}
            space.add_blockref(f"B{n - 1}", (chance.uniform(-50, 50), chance.uniform(-50, 50)), dxfattribs={**scale, "rotation": chance.uniform(0, 360), **down()})

    case(f"nested blocks {k}: {kind}", draw)


def rows(d, m):
    m.add_lwpolyline([(-100, -100), (300, -100), (300, 300), (-100, 300)], close=True)
    d.blocks.new("H").add_lwpolyline([(0, 0), (9, 0), (0, 5)], close=True)
    m.add_blockref("H", (10, 5), dxfattribs={"row_count": 2, "column_count": 3, "row_spacing": 30, "column_spacing": 20, "rotation": 25, "xscale": -1.2, **DOWN})


case("rows and columns of holes", rows)
print(json.dumps(cases))

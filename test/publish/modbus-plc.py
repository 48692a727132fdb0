"""A PLC that speaks Modbus, made of pymodbus: takes one job by docs/plc/modbus.md and says what it saw, as JSON lines.
Arguments: port, then "many" (one request for an answer) or "single" (function code 6, the result last)."""
import json
import sys
import time

from pymodbus.client import ModbusTcpClient

ACCEPTED, STARTED, PAUSED, RESUMED, DONE = 1, 3, 4, 5, 6
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]))
assert client.connect()
single = sys.argv[2] == "single"
beat = 0
last_beat = 0.0


def say(what, **more):
    print(json.dumps({"what": what, **more}), flush=True)


def registers():
    global beat, last_beat
    if time.time() - last_beat > 0.2:
        beat, last_beat = (beat + 1) % 65536, time.time()
        write(9, [beat, 1])
    answer = client.read_holding_registers(0, count=19)
    assert not answer.isError(), answer
    return answer.registers


def write(address, values):
    if single:
        for offset, value in enumerate(values):
            assert not client.write_register(address + offset, value).isError()
    else:
        assert not client.write_registers(address, values).isError()


def answer(seen, result, cut, code=0):
    write(11, [seen[2], seen[4], code, cut, result])


def until(holds):
    end = time.time() + 20
    while time.time() < end:
        seen = registers()
        if holds(seen):
            return seen
        time.sleep(0.02)
    raise SystemExit("nothing came: " + json.dumps(registers()))


# What is the station's cannot be written, and what is not there cannot be read.
say("refused", codes=[
    client.write_register(0, 1).exception_code,
    client.write_register(16, 1).exception_code,
    client.read_holding_registers(0, count=20).exception_code,
    client.write_register(10, 9).exception_code,
    client.read_coils(0, count=1).exception_code,
])
job = until(lambda r: r[5] == 1)
say("released", registers=job)
answer(job, ACCEPTED, 0)
say("accepted", registers=until(lambda r: r[5] == 0))
answer(job, STARTED, 3)
until(lambda r: r[6] == 1)
answer(job, PAUSED, 3)
say("paused", registers=until(lambda r: r[6] != 1 and r[1] == 8))
until(lambda r: r[6] == 2)
answer(job, RESUMED, 3)
until(lambda r: r[1] == 7)
answer(job, DONE, job[8])
say("closed", registers=until(lambda r: r[7] == 1))
first = registers()[0]
say("beats", count=until(lambda r: r[0] != first)[0] - first)
client.close()

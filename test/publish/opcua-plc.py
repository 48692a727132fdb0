"""A PLC that speaks OPC UA, made of asyncua: takes one job by docs/plc/opcua.md and says what it saw, as JSON lines.
Arguments: port, then "open" (no security) or USER PASSWORD (Basic256Sha256, signed and encrypted); with "guess" after it
it tries wrong passwords at once instead, then the right one, and that again after five seconds."""
import asyncio
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

from asyncua import Client, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from cryptography.x509.oid import ExtendedKeyUsageOID

logging.disable(logging.CRITICAL)
ACCEPTED, STARTED, PAUSED, RESUMED, DONE = 1, 3, 4, 5, 6
URL = f"opc.tcp://127.0.0.1:{sys.argv[1]}"
LOGIN = None if sys.argv[2] == "open" else (sys.argv[2], sys.argv[3])
STATION = ["Heartbeat", "State", "JobNumber", "JobId", "Seq", "Released", "Request", "Closed", "PieceCount"]
PLC = {
    "Heartbeat": ua.VariantType.UInt16,
    "Mode": ua.VariantType.UInt16,
    "AckJobNumber": ua.VariantType.UInt16,
    "AckSeq": ua.VariantType.UInt32,
    "Code": ua.VariantType.UInt16,
    "CutCount": ua.VariantType.UInt16,
    "Result": ua.VariantType.UInt16,
}


def say(what, **more):
    print(json.dumps({"what": what, **more}), flush=True)


async def client(folder, login, is_secure):
    one = Client(URL, timeout=10)
    one.application_uri = "urn:example:plc"
    if login:
        one.set_user(login[0])
        one.set_password(login[1])
    if is_secure:
        key, cert = folder / "key.pem", folder / "cert.der"
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
        await setup_self_signed_certificate(key, cert, one.application_uri, "plc", usages, {})
        await one.set_security(SecurityPolicyBasic256Sha256, cert, key, mode=ua.MessageSecurityMode.SignAndEncrypt)
    return one


async def refusal(folder, login, is_secure):
    """Why a client is not let in; None: it is."""
    try:
        async with await client(folder, login, is_secure):
            return None
    except Exception as error:
        return type(error).__name__


class Plc:
    def __init__(self, connection, namespace):
        self.connection = connection
        node = lambda folder, name: connection.get_node(ua.NodeId(f"{folder}.{name}", namespace))
        self.station = [node("Station", name) for name in STATION]
        self.plc = {name: node("Plc", name) for name in PLC}
        self.beat, self.last_beat = 0, 0.0

    async def write(self, **values):
        nodes = [self.plc[name] for name in values]
        await self.connection.write_values(nodes, [ua.Variant(v, PLC[n]) for n, v in values.items()])

    async def read(self):
        if time.time() - self.last_beat > 0.2:
            self.beat, self.last_beat = (self.beat + 1) % 65536, time.time()
            await self.write(Heartbeat=self.beat, Mode=1)
        return dict(zip(STATION, await self.connection.read_values(self.station)))

    async def until(self, holds):
        end = time.time() + 20
        while time.time() < end:
            seen = await self.read()
            if holds(seen):
                return seen
            await asyncio.sleep(0.02)
        raise SystemExit("nothing came: " + json.dumps(await self.read()))

    async def answer(self, job, result, cut):
        await self.write(AckJobNumber=job["JobNumber"], AckSeq=job["Seq"], Code=0, CutCount=cut, Result=result)


async def code_of(call):
    try:
        await call
    except ua.UaStatusCodeError as error:
        return type(error).__name__


async def guess(folder):
    await client(folder, LOGIN, True)  # makes the certificate that all of them use
    wrong = await asyncio.gather(*[refusal(folder, (LOGIN[0], f"guess {k}"), True) for k in range(6)])
    locked = await refusal(folder, LOGIN, True)
    await asyncio.sleep(5)
    say("guessed", wrong=wrong, locked=locked, later=await refusal(folder, LOGIN, True))


async def main():
    folder = Path(tempfile.mkdtemp())
    if sys.argv[-1] == "guess":
        return await guess(folder)
    if LOGIN:
        say("kept out", reasons=[
            await refusal(folder, None, False),
            await refusal(folder, LOGIN, False),
            await refusal(folder, None, True),
            await refusal(folder, (LOGIN[0], "guess"), True),
        ])
    async with await client(folder, LOGIN, LOGIN is not None) as connection:
        namespace = await connection.get_namespace_index("urn:kerf:handshake:1")
        plc = Plc(connection, namespace)
        root = await connection.nodes.objects.get_child(f"{namespace}:Kerf")
        found = [f"{(await folder.read_browse_name()).Name}.{(await node.read_browse_name()).Name}"
                 for folder in await root.get_children() for node in await folder.get_children()]
        say("variables", names=found)
        say("refused", codes=[
            await code_of(plc.station[2].write_value(ua.Variant(1, ua.VariantType.UInt16))),
            await code_of(plc.write(Mode=9)),
            await code_of(plc.plc["Result"].write_value(ua.Variant("done", ua.VariantType.String))),
        ])
        job = await plc.until(lambda s: s["Released"])
        say("released", station=job)
        await plc.answer({**job, "Seq": job["Seq"] + 1}, ACCEPTED, 0)
        say("of another job", released=(await plc.read())["Released"])
        await plc.answer(job, ACCEPTED, 0)
        await plc.until(lambda s: not s["Released"])
        await plc.answer(job, STARTED, 3)
        await plc.until(lambda s: s["Request"] == 1)
        await plc.answer(job, PAUSED, 3)
        await plc.until(lambda s: s["Request"] != 1 and s["State"] == 8)
        await plc.until(lambda s: s["Request"] == 2)
        await plc.answer(job, RESUMED, 3)
        await plc.until(lambda s: s["State"] == 7)
        await plc.answer(job, DONE, job["PieceCount"])
        last = await plc.until(lambda s: s["Closed"])
        say("closed", station=last)
        say("beats", count=(await plc.until(lambda s: s["Heartbeat"] != last["Heartbeat"]))["Heartbeat"] - last["Heartbeat"])


asyncio.run(main())

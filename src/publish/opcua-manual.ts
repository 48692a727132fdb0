import { OPCUA_NAMESPACE, OPCUA_ROOT, OPCUA_VARIABLES } from './opcua-variables.ts';

const BEFORE = `# The handshake over OPC UA

For PLCs and cutters without MQTT: the contract of \`docs/contracts.md\` as variables. Written by \`test/publish/opcua.test.ts\` from \`src/publish/opcua-variables.ts\`; do not edit. Off until \`settings.json\` says so:

    "opcua": { "port": 4840, "listen": "192.168.10.5", "userFrom": "KERF_OPCUA_USER", "passwordFrom": "file:opcua.password" }

\`userFrom\` and \`passwordFrom\` name an environment variable of the station, or \`file:PATH\` relative to the data folder; never the secret itself. With them the server speaks Basic256Sha256, signed and encrypted, and lets nobody in without name and password. Without them (both \`null\`) it speaks unencrypted to whoever is on this machine, and refuses to listen anywhere else.

The server's certificate and key are made at the first start, in \`opcua/own\` of the data folder; give \`opcua/own/certs/certificate.pem\` to the PLC as one to trust. A client's certificate is accepted as it is: it encrypts, the password says who it is. The server runs in a process of its own, which is one more client of the broker; when it dies it is started again, within seconds.

Endpoint \`opc.tcp://ADDRESS:PORT\`, namespace \`${OPCUA_NAMESPACE}\` (ask for its index; it may change). The variables lie under \`Objects/${OPCUA_ROOT}/Station\` and \`Objects/${OPCUA_ROOT}/Plc\`, node ids are strings: \`ns=INDEX;s=Station.JobNumber\`. Values can be read, or subscribed to, from 50 ms on.
`;

const AFTER = `A value of another type is answered with BadTypeMismatch, a mode or result that is not in the list with BadOutOfRange.

**Write the result last.** What stands in AckJobNumber, AckSeq, Code and CutCount counts when Result is written: all five in one Write request with Result at its end, or one by one in that order. A result of another job than the one shown is ignored.

## One job

1. \`Released\` becomes true. Read the variables of \`Station\`. The cut file is in the share at the path that the station's profile says, named by the job.
2. If (JobNumber, Seq) is among the last 32 that the PLC keeps over power-off: write the same answer again, do nothing else.
3. Else check what can be checked and write 1 (accepted) or 2 (rejected with a code). \`Released\` becomes false.
4. Write 3 (started) when the knife begins, and again with each new cut count.
5. When \`Request\` is not 0: write 4, 5 or 8 if it was done. To refuse, write 2 with a code, then the job's true result again.
6. Write 6 (done), 7 (failed) or 8 (cancelled) and leave it there until \`Closed\` is true, or \`JobNumber\` is another one (0 too). The station goes on from a result only once it has written it down, so the next hide may stand here before a slow PLC has looked; the \`Last…\` variables (contract 1.4) still name the job that was closed then. After a restart they are 0, and the station shows no job that was cancelled.

The values of the PLC are not kept by the station: after the station's or the server's restart they are 0 until the PLC writes them again, so a PLC writes its heartbeat, its mode and its answer again on every new connection.

Two controllers cannot share one handshake: let one of Modbus, OPC UA and MQTT answer; others may read.

No variable is a safety function: emergency stop, guards and motion permission are hard-wired or the PLC's.

On a broker with an ACL the station's own account needs the PLC's rights too: \`kerf doctor plc --acl --users station=kerf,plc=kerf\`. \`kerf doctor plc --by NAME\` opens this server too and examines the PLC behind it.

Tried with asyncua as the PLC (\`test/publish/opcua-plc.py\`).
`;

/** docs/plc/opcua.md. */
export function opcuaManual(): string {
  const rows = OPCUA_VARIABLES.map(
    ({ folder, name, type, about, register }) =>
      `| ${folder}.${name} | ${type} | ${register === null ? 'station' : 'PLC'} | ${about} |`,
  );
  return [BEFORE, '| variable | type | who writes | value |', '|---|---|---|---|', ...rows, '', AFTER].join('\n');
}

/** Statements of Eclipse Sparkplug 3.0.0 about edge nodes and devices, by id (`tck-id-…`): the test that holds each, by
 *  its name in sparkplug.test.ts, or why there is none. Of it docs/plc/sparkplug.md is made. */

export interface StatementGroup {
  readonly by: { readonly test: string } | { readonly reason: string };
  readonly ids: readonly string[];
}

const group = (by: StatementGroup['by'], ids: string): StatementGroup => ({ by, ids: ids.trim().split(/\s+/) });

export const STATEMENTS: readonly StatementGroup[] = [
  group(
    { test: 'is born with every metric, then its devices, and then says only what changed, by alias' },
    `principles-birth-certificates-order principles-rbe-recommended topic-structure topic-structure-namespace-a topic-structure-namespace-device-id-associated-message-types topic-structure-namespace-device-id-non-associated-message-types
case-sensitivity-metric-names topics-nbirth-topic topics-nbirth-mqtt topics-nbirth-seq-num topics-nbirth-timestamp topics-nbirth-metric-reqs topics-nbirth-metrics topics-nbirth-bdseq-included topics-nbirth-rebirth-metric
topics-ndata-topic topics-ndata-mqtt topics-ndata-timestamp topics-ndata-payload topics-dbirth-topic topics-dbirth-mqtt topics-dbirth-seq topics-dbirth-timestamp topics-dbirth-metric-reqs topics-dbirth-metrics
topics-ddata-topic topics-ddata-mqtt topics-ddata-timestamp topics-ddata-payload
message-flow-edge-node-birth-publish-connect message-flow-edge-node-birth-publish-nbirth-topic message-flow-edge-node-birth-publish-nbirth-payload message-flow-edge-node-birth-publish-nbirth-payload-bdSeq message-flow-edge-node-birth-publish-nbirth-qos message-flow-edge-node-birth-publish-nbirth-retained message-flow-edge-node-birth-publish-nbirth-payload-seq
message-flow-device-birth-publish-nbirth-wait message-flow-device-birth-publish-dbirth-topic message-flow-device-birth-publish-dbirth-match-edge-node-topic message-flow-device-birth-publish-dbirth-payload message-flow-device-birth-publish-dbirth-qos message-flow-device-birth-publish-dbirth-retained message-flow-device-birth-publish-dbirth-payload-seq
operational-behavior-data-publish-nbirth operational-behavior-data-publish-nbirth-values operational-behavior-data-publish-nbirth-change operational-behavior-data-publish-nbirth-order operational-behavior-data-publish-dbirth operational-behavior-data-publish-dbirth-values operational-behavior-data-publish-dbirth-change operational-behavior-data-publish-dbirth-order
operational-behavior-data-commands-rebirth-name operational-behavior-data-commands-rebirth-name-aliases operational-behavior-data-commands-rebirth-datatype operational-behavior-data-commands-rebirth-value
payloads-timestamp-in-UTC payloads-sequence-num-always-included payloads-sequence-num-zero-nbirth payloads-name-requirement payloads-alias-uniqueness payloads-alias-birth-requirement payloads-alias-data-cmd-requirement payloads-name-birth-data-requirement payloads-metric-timestamp-in-UTC payloads-metric-datatype-req payloads-metric-datatype-not-req
payloads-nbirth-timestamp payloads-nbirth-seq payloads-nbirth-bdseq payloads-nbirth-rebirth-req payloads-nbirth-qos payloads-nbirth-retain payloads-dbirth-timestamp payloads-dbirth-seq payloads-dbirth-order payloads-dbirth-qos payloads-dbirth-retain payloads-ndata-timestamp payloads-ndata-seq payloads-ndata-order payloads-ndata-qos payloads-ndata-retain payloads-ddata-timestamp payloads-ddata-seq payloads-ddata-order payloads-ddata-qos payloads-ddata-retain`,
  ),
  group(
    { test: 'counts to 255 and begins anew at 0' },
    `topics-ndata-seq-num topics-ddata-seq-num payloads-sequence-num-incrementing payloads-dbirth-seq-inc payloads-ndata-seq-inc payloads-ddata-seq-inc`,
  ),
  group(
    { test: 'is born again when a host asks, with the same bdSeq and seq 0; other commands change nothing' },
    `topics-ncmd-topic operational-behavior-data-commands-rebirth-action-1 operational-behavior-data-commands-rebirth-action-2 operational-behavior-data-commands-rebirth-action-3 operational-behavior-data-commands-ncmd-rebirth-verb operational-behavior-data-commands-ncmd-rebirth-name operational-behavior-data-commands-ncmd-rebirth-value`,
  ),
  group(
    { test: 'says its own death before it leaves, and its will says the same when it cannot' },
    `topics-ndeath-topic topics-ndeath-payload topics-ndeath-seq operational-behavior-edge-node-intentional-disconnect-ndeath operational-behavior-edge-node-intentional-disconnect-packet payloads-ndeath-seq payloads-ndeath-will-message-publisher payloads-ndeath-will-message-publisher-disconnect-mqtt311`,
  ),
  group(
    { test: 'tells the death of the cutter that is silent, and its birth when it is heard again' },
    `topics-ddeath-topic topics-ddeath-mqtt topics-ddeath-seq-num operational-behavior-device-ddeath payloads-ddeath-timestamp payloads-ddeath-seq payloads-ddeath-seq-inc payloads-ddeath-seq-number`,
  ),
  group(
    { test: 'the births wait for it, deaths follow it, and an old word of it is not believed' },
    `message-flow-edge-node-birth-publish-phid-wait message-flow-edge-node-birth-publish-phid-wait-id message-flow-edge-node-birth-publish-phid-wait-online message-flow-edge-node-birth-publish-phid-wait-timestamp message-flow-edge-node-birth-publish-phid-offline operational-behavior-edge-node-termination-host-offline operational-behavior-edge-node-termination-host-offline-timestamp operational-behavior-edge-node-birth-sequence-wait operational-behavior-edge-node-termination-host-offline-reconnect operational-behavior-primary-application-state-with-multiple-servers-state-subs`,
  ),
  group(
    { test: 'the will has the bdSeq of the birth, one more a connection' },
    `topics-nbirth-bdseq-matching topics-nbirth-bdseq-increment message-flow-edge-node-birth-publish-will-message-payload message-flow-edge-node-birth-publish-will-message-payload-bdSeq payloads-nbirth-bdseq-repeat payloads-ndeath-bdseq`,
  ),
  group(
    { test: 'is read by Eclipse Tahu as it was written, and by us as Tahu wrote it' },
    `payloads-metric-datatype-value-type payloads-metric-datatype-value`,
  ),
  group(
    { test: 'have a clean session, a will of QoS 1 that is not retained, and commands at QoS 1' },
    `principles-persistence-clean-session-311 principles-persistence-clean-session-50 message-flow-edge-node-ncmd-subscribe message-flow-edge-node-birth-publish-will-message message-flow-edge-node-birth-publish-will-message-topic message-flow-edge-node-birth-publish-will-message-qos message-flow-edge-node-birth-publish-will-message-will-retained payloads-ndeath-will-message payloads-ndeath-will-message-qos payloads-ndeath-will-message-retain`,
  ),
  group(
    {
      reason:
        'site and station of settings.json are `[A-Za-z0-9._-]{1,40}` (domain/settings.ts refuses others), devices are ours.',
    },
    `intro-group-id-string intro-group-id-chars intro-edge-node-id-string intro-edge-node-id-chars intro-device-id-string intro-device-id-chars topic-structure-namespace-valid-group-id topic-structure-namespace-valid-edge-node-id topic-structure-namespace-valid-device-id topic-structure-namespace-unique-device-id`,
  ),
  group(
    {
      reason:
        "It binds who names the stations of a works: site and station must be unique there, as for the plain topics, and differ by more than upper and lower case. One station cannot see the others' names.",
    },
    `intro-edge-node-id-uniqueness topic-structure-namespace-unique-edge-node-descriptor payloads-nbirth-edge-node-descriptor case-sensitivity-sparkplug-ids`,
  ),
  group(
    { reason: 'It allows something and asks for nothing; devices of two stations have the same names.' },
    `topic-structure-namespace-duplicate-device-id-across-edge-node payloads-name-cmd-requirement`,
  ),
  group(
    {
      reason:
        'Devices take no outputs: the cutter is told by `job/released` alone, and nothing is written over Sparkplug. There is no DCMD subscription.',
    },
    `message-flow-device-dcmd-subscribe topics-dcmd-topic topics-dcmd-mqtt topics-dcmd-timestamp topics-dcmd-payload operational-behavior-data-commands-dcmd-verb operational-behavior-data-commands-dcmd-metric-name operational-behavior-data-commands-dcmd-metric-value payloads-dcmd-timestamp payloads-dcmd-seq payloads-dcmd-qos payloads-dcmd-retain`,
  ),
  group(
    {
      reason:
        'It binds the host application that sends the command; the edge node reads any that asks for a rebirth and is not retained.',
    },
    `topics-ncmd-mqtt topics-ncmd-timestamp topics-ncmd-payload operational-behavior-data-commands-ncmd-verb operational-behavior-data-commands-ncmd-metric-name operational-behavior-data-commands-ncmd-metric-value payloads-ncmd-timestamp payloads-ncmd-seq payloads-ncmd-qos payloads-ncmd-retain`,
  ),
  group(
    { reason: 'It binds host applications, which mark what they know as stale.' },
    `operational-behavior-edge-node-termination-host-action-ndeath-node-offline operational-behavior-edge-node-termination-host-action-ndeath-node-tags-stale operational-behavior-edge-node-termination-host-action-ndeath-devices-offline operational-behavior-edge-node-termination-host-action-ndeath-devices-tags-stale operational-behavior-edge-node-termination-host-action-ddeath-devices-offline operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale`,
  ),
  group(
    {
      reason:
        'Settings name one broker; the edge node has one connection. Where the primary host is offline it leaves and comes back to the same broker, for there is no other to walk to.',
    },
    `operational-behavior-primary-application-state-with-multiple-servers-single-server operational-behavior-primary-application-state-with-multiple-servers-walk`,
  ),
  group(
    { test: 'leaves with its death in its own words, and on MQTT 5 by the reason that says its will too' },
    `payloads-ndeath-will-message-publisher-disconnect-mqtt50`,
  ),
  group(
    { reason: 'No templates are published.' },
    `topics-nbirth-templates payloads-template-definition-nbirth-only payloads-template-definition-is-definition payloads-template-definition-ref payloads-template-definition-members payloads-template-definition-nbirth payloads-template-definition-parameters payloads-template-definition-parameters-default payloads-template-instance-is-definition payloads-template-instance-ref payloads-template-instance-members payloads-template-instance-members-birth payloads-template-instance-members-data payloads-template-instance-parameters payloads-template-version payloads-template-ref-definition payloads-template-ref-instance payloads-template-is-definition payloads-template-is-definition-definition payloads-template-is-definition-instance payloads-template-parameter-name-required payloads-template-parameter-name-type payloads-template-parameter-value-type payloads-template-parameter-type-value payloads-template-parameter-type-req payloads-template-parameter-value`,
  ),
  group(
    { reason: 'No data sets are published.' },
    `payloads-dataset-column-size payloads-dataset-column-num-headers payloads-dataset-types-def payloads-dataset-types-num payloads-dataset-types-type payloads-dataset-types-value payloads-dataset-parameter-type-req payloads-template-dataset-value`,
  ),
  group(
    { reason: 'No properties are published; a value that is not known is null.' },
    `payloads-propertyset-keys-array-size payloads-propertyset-values-array-size payloads-metric-propertyvalue-type-type payloads-metric-propertyvalue-type-value payloads-metric-propertyvalue-type-req payloads-propertyset-quality-value-type payloads-propertyset-quality-value-value`,
  ),
];

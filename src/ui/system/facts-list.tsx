export type Facts = readonly (readonly [name: string, value: string])[];

/** Names and values under one another. */
export function FactsList({ facts }: { readonly facts: Facts }) {
  return (
    <dl className="facts-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

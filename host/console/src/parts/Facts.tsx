import type { ReactNode } from "react";

/** A fact: its name and what it is. Facts that are undefined or null are left out. */
export type Fact = [name: string, value: ReactNode];

/** Facts in columns that fit the width. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== null && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

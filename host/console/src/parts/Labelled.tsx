import { type ReactNode, useId } from "react";

/** A field outside of a form with its label; `children` get the id by which the two belong together. */
export function Labelled({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

import type { ReactNode } from "react";

interface Props {
  title?: ReactNode;
  extra?: ReactNode;
  /** Without space around the content. */
  flush?: boolean;
  children: ReactNode;
  className?: string;
}

/** A part of a page on its own ground. */
export function Panel({ title, extra, flush, children, className = "" }: Props) {
  return (
    <section className={`panel ${flush ? "panel-flush" : ""} ${className}`}>
      {title && (
        <div className="panel-head">
          <h2>{title}</h2>
          {extra}
        </div>
      )}
      {children}
    </section>
  );
}

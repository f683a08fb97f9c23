import { type ReactNode, useEffect } from "react";

interface Props {
  title: string;
  /** A line below the title: what this page is for. */
  hint?: ReactNode;
  /** Marks beside the title. */
  marks?: ReactNode;
  /** Buttons at its other end. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with its title, which is the browser's too. */
export function Page({ title, hint, marks, actions, children }: Props) {
  useEffect(() => {
    document.title = title ? `${title} · Mortise` : "Mortise";
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <div className="page-title">
          <h1>{title}</h1>
          {marks}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
        {hint && <p className="page-hint">{hint}</p>}
      </header>
      {children}
    </div>
  );
}

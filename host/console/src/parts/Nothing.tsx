import { Empty } from "antd";
import type { ReactNode } from "react";

/** Nothing is here yet: what that means, and what to do. */
export function Nothing({ title, hint, action }: { title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <Empty
      className="nothing"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <strong>{title}</strong>
          {hint && <p className="quiet">{hint}</p>}
        </>
      }
    >
      {action}
    </Empty>
  );
}

import { Button, type ButtonProps } from "antd";
import type { MouseEvent } from "react";
import { useHref, useNavigate } from "react-router";

type Props = Pick<ButtonProps, "type" | "icon" | "size" | "children"> & { to: string };

/** A link that looks like a button: one stop for the keyboard, and it can be opened elsewhere. */
export function LinkButton({ to, ...look }: Props) {
  const go = useNavigate();
  const href = useHref(to);
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return <Button {...look} href={href} onClick={follow} />;
}

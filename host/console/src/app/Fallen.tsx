import { Button, Result } from "antd";
import { Component, type ReactNode } from "react";
import { useWords } from "../words/language";
import { frame } from "./text";

/** A page that fails takes nothing with it but itself. */
export class Fallen extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override render() {
    return this.state.fault ? <Told /> : this.props.children;
  }
}

function Told() {
  const words = useWords(frame);
  const again = (
    <Button type="primary" onClick={() => window.location.reload()}>
      {words.reload}
    </Button>
  );
  return <Result status="warning" title={words.fell} subTitle={words.fellHint} extra={again} />;
}

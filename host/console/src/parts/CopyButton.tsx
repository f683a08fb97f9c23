import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useWords } from "../words/language";
import { common } from "./text";

/** Copies a text. Where the browser forbids it (plain http), the text is there to be marked by hand. */
export function CopyButton({ text }: { text: string }) {
  const words = useWords(common);
  const [done, setDone] = useState(false);
  if (!navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  return (
    <Button icon={done ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy()}>
      {done ? words.copied : words.copy}
    </Button>
  );
}

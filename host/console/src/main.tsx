import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { dressStyles, nonce } from "./app/nonce";
import { Root } from "./app/Root";
import "./app/base.css";
import "./app/shell.css";
import "./app/parts.css";

const number = nonce();
if (number) dressStyles(number);

const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  );
}

import { LinkButton } from "../parts/LinkButton";
import { Nothing } from "../parts/Nothing";
import { Page } from "../parts/Page";
import { useWords } from "../words/language";
import { frame } from "./text";

/** An address without a page, or one that the asker may not see. */
export function Lost() {
  const words = useWords(frame);
  const home = (
    <LinkButton to="/" type="primary">
      {words.home}
    </LinkButton>
  );
  return (
    <Page title={words.lost}>
      <Nothing title={words.lost} hint={words.lostHint} action={home} />
    </Page>
  );
}

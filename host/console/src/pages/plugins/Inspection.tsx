import { Alert } from "antd";
import type { Schemas } from "../../api/client";
import { bytes } from "../../format/quantity";
import { Facts } from "../../parts/Facts";
import { useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { text } from "./text";

/** What is in a plugin's file, before anything of it runs. */
export function Inspection({ found }: { found: Schemas["InspectionView"] }) {
  const words = useWords(text);
  const say = useSaid();
  const { manifest, signature } = found;
  return (
    <div className="stack">
      <div>
        <h2>
          {say(manifest.title)} {manifest.version}
        </h2>
        <p className="quiet">{say(manifest.description)}</p>
      </div>
      {found.installed && <Alert type="info" showIcon title={words.known} />}
      {signature.warning && <Alert type={signature.admitted ? "warning" : "error"} showIcon title={say(signature.warning)} />}
      {signature.state === "trusted" && <Alert type="success" showIcon title={words.trusted} />}
      <Facts
        facts={[
          [words.does, found.interfaces.map((name) => say(interfaces[name])).join(" · ")],
          [words.publisher, manifest.publisher],
          [words.contract, manifest.contract],
          [words.size, bytes(found.size)],
        ]}
      />
      <div>
        <h3>{words.wishes}</h3>
        {found.wishes.length === 0 && <p className="quiet">{words.wishesNone}</p>}
        <ul className="candidates">
          {found.wishes.map((wish) => (
            <li key={wish.en}>{say(wish)}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

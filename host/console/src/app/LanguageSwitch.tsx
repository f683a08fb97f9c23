import { TranslationOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { api, ask, type Schemas } from "../api/client";
import { ownNames } from "../parts/languages";
import { useLanguage } from "../words/language";
import type { Language } from "../words/words";

/** Switches between the languages, and remembers it with the account of whoever is signed in. */
export function LanguageSwitch() {
  const queries = useQueryClient();
  const { language, choose } = useLanguage();
  const other: Language = language === "zh" ? "en" : "zh";
  const change = () => {
    choose(other);
    const me = queries.getQueryData<Schemas["Me"] | null>(["me"]);
    if (me?.name) void keep(me, other).then((kept) => kept && queries.setQueryData(["me"], kept));
  };
  return (
    <Button type="text" icon={<TranslationOutlined />} onClick={change}>
      <span lang={other === "zh" ? "zh-CN" : "en"}>{ownNames[other]}</span>
    </Button>
  );
}

/** A choice that cannot be kept holds for this browser all the same. */
async function keep(me: Schemas["Me"], language: Language): Promise<Schemas["Me"] | null> {
  const body = { display_name: me.display_name, email: me.email ?? null, language };
  return ask(api.PUT("/me", { body })).catch(() => null);
}

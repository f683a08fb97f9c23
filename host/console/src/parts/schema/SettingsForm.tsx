import { Form as AntForm, Templates } from "@rjsf/antd";
import type { FormProps } from "@rjsf/core";
import { type ArrayFieldItemTemplateProps, type RJSFSchema, type TemplatesType, TranslatableString } from "@rjsf/utils";
import { type ComponentType, useMemo } from "react";
import { useLanguage, useWords } from "../../words/language";
import type { Spoken } from "../../words/words";
import { localize } from "./localize";
import { schemaText } from "./text";
import { validator } from "./validator";

interface Props {
  schema: unknown;
  value: unknown;
  change: (value: unknown) => void;
  disabled?: boolean;
}

const EntryTemplate = Templates.ArrayFieldItemTemplate as ComponentType<ArrayFieldItemTemplateProps>;

/** Titles are headings of what is below them; each entry of a list has its own ground. */
const TEMPLATES: Partial<TemplatesType> = {
  TitleFieldTemplate: ({ id, title }) => (title ? <h3 id={id}>{title}</h3> : null),
  ArrayFieldItemTemplate: (props) => (
    <div className="setting-item">
      <EntryTemplate {...props} />
    </div>
  ),
};

const UI = { "ui:submitButtonOptions": { norender: true } };

/** The settings of a plugin, as its schema describes them. */
export default function SettingsForm({ schema, value, change, disabled }: Props) {
  const { language } = useLanguage();
  const words = useWords(schemaText);
  const shown = useMemo(() => localize(schema, language) as RJSFSchema, [schema, language]);
  const checks = useMemo(() => validator(words), [words]);
  const translate = useMemo(() => translation(words), [words]);
  const props: FormProps = {
    schema: shown,
    uiSchema: UI,
    templates: TEMPLATES,
    formData: value ?? {},
    validator: checks,
    translateString: translate,
    liveValidate: true,
    showErrorList: false,
    noHtml5Validate: true,
    disabled: disabled ?? false,
    tagName: "div",
    idPrefix: "setting",
    // Without a field nobody has typed: the form has merely filled in the defaults, which stay what they are.
    onChange: ({ formData }, field) => {
      if (field !== undefined) change(formData);
    },
  };
  return (
    <div className="settings">
      <AntForm {...props} />
    </div>
  );
}

function translation(words: Spoken<typeof schemaText>) {
  const known: Partial<Record<TranslatableString, string>> = {
    [TranslatableString.AddItemButton]: words.addItem,
    [TranslatableString.AddButton]: words.addItem,
    [TranslatableString.RemoveButton]: words.remove,
    [TranslatableString.MoveUpButton]: words.up,
    [TranslatableString.MoveDownButton]: words.down,
    [TranslatableString.ArrayItemTitle]: words.item,
    [TranslatableString.EmptyArray]: words.emptyArray,
    [TranslatableString.OptionPrefix]: words.option,
    [TranslatableString.TitleOptionPrefix]: words.titleOption,
  };
  return (name: TranslatableString, values: string[] = []) =>
    values.reduce((text, value, at) => text.replace(`%${at + 1}`, value), known[name] ?? name);
}

import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";
import { type Language, languageOfBrowser, type Spoken, said, spoken, type Text } from "./words";

interface Choice {
  language: Language;
  /** Chooses and remembers it in this browser. */
  choose: (language: Language) => void;
}

const KEY = "mortise.language";
const Context = createContext<Choice>({ language: "zh", choose: () => undefined });

function remembered(): Language | null {
  const kept = localStorage.getItem(KEY);
  return kept === "zh" || kept === "en" ? kept : null;
}

/** Gives all below the language: the chosen one, else the browser's. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => remembered() ?? languageOfBrowser(navigator.languages));
  const choose = useCallback((next: Language) => {
    localStorage.setItem(KEY, next);
    setLanguage(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const choice = useMemo(() => ({ language, choose }), [language, choose]);
  return <Context value={choice}>{children}</Context>;
}

/** The language in force, and how to change it. */
export function useLanguage(): Choice {
  return use(Context);
}

/** A dictionary in the language in force. */
export function useWords<T extends Record<string, Text>>(texts: T): Spoken<T> {
  const { language } = use(Context);
  return useMemo(() => spoken(texts, language), [texts, language]);
}

/** Says texts of the server in the language in force. */
export function useSaid(): (text: Text | null | undefined) => string {
  const { language } = use(Context);
  return useCallback((text) => said(text, language), [language]);
}

import type { Language } from "../words/words";

const LOCALES = { zh: "zh-CN", en: "en-GB" } as const;

/** The tag that the browser formats by. */
export function localeOf(language: Language): string {
  return LOCALES[language];
}

/** An amount of minor units, such as 1,234.50 with the currency's sign. A code that is none is shown as it is. */
export function money(minor: number, currency: string, language: Language): string {
  try {
    const format = new Intl.NumberFormat(localeOf(language), { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    return format.format(minor / 10 ** digitsOf(currency));
  } catch {
    return `${(minor / 100).toFixed(2)} ${currency}`;
  }
}

/** Decimal places of a currency. */
export function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** An amount in few letters, for figures that are read from afar: 1.2万, 12.3K. */
export function moneyShort(minor: number, currency: string, language: Language): string {
  const major = minor / 10 ** digitsOf(currency);
  if (Math.abs(major) < 10_000)
    return money(Math.round(major) * 10 ** digitsOf(currency), currency, language).replace(/\.0+$/, "");
  const options = {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    notation: "compact",
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(localeOf(language), options).format(major);
}

/** A count with thousands apart. */
export function count(n: number, language: Language): string {
  return new Intl.NumberFormat(localeOf(language)).format(n);
}

/** A share such as 0.13 as 13 %. */
export function percent(share: string | number, language: Language): string {
  const options = { style: "percent", maximumFractionDigits: 2 } as const;
  return new Intl.NumberFormat(localeOf(language), options).format(Number(share));
}

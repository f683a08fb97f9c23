// What the pages outside the console share: each asks the API and shows what it says as text, never as a part of the page.

export const at = (id) => document.getElementById(id);

/** The browser's language, of the two that we speak. */
export const languageOfBrowser = () => (navigator.language.startsWith("zh") ? "zh" : "en");

/** The key behind the # of the link. Nobody who looks at the screen or the history later finds it. */
export function keyOfLink() {
  const key = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  return key;
}

/** Says what went wrong; nothing, where all is well. */
export function complain(words) {
  at("problem").textContent = words;
}

/**
 * The answer's content; null where it is a refusal, which has been told by then. `refused` puts a refusal into words,
 * `silent` are the words where no answer comes.
 */
export async function ask(path, body, { refused, silent }) {
  complain("");
  try {
    const headers = { "content-type": "application/json", "x-requested-with": "mortise" };
    // Beside this script, wherever the page itself lies.
    const address = new URL(`api/v1/${path}`, import.meta.url);
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    const content = await answer.json();
    if (answer.ok) return content;
    complain(refused(answer.status, content));
  } catch {
    complain(silent);
  }
  return null;
}

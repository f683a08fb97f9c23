/** A guest for tests, in plain JavaScript: sends by `fetch` what the script in the query's text tells it. */

import { implement, settings } from "@mortise/sdk";
import "@mortise/sdk/fetch";

const nowhere = { formatted: "", level: "none", division: { province: "", city: "", district: "", code: "" } };

export const geocoder = implement("geocoder", settings.none, () => ({
  async locate(query) {
    const attributes = [];
    for (const { url, method, body } of JSON.parse(query.text)) {
      try {
        const answer = await fetch(url, { method, body, headers: { "x-one": "1" } });
        attributes.push(["status", String(answer.status)], ["body", await answer.text()]);
      } catch (error) {
        attributes.push(["error", error.name]);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
      attributes.push(["waited", "yes"]);
    }
    return { best: nowhere, candidates: [], attributes };
  },
}));

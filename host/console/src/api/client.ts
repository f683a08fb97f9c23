import createClient from "openapi-fetch";
import type { components, paths } from "../../types/schema";
import { ApiError, silence } from "./trouble";

/** Pairs are lists here as in what the client gives. */
type Plain<T> = T extends (infer E)[] ? Plain<E>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

/** The shapes of the API. */
export type Schemas = Plain<components["schemas"]>;

/** The API, typed from its description. Asking by `ask` turns refusals into errors. */
export const api = createClient<paths>({ baseUrl: "/api/v1", headers: { "X-Requested-With": "mortise" } });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's content; an `ApiError` where it is a refusal, or where none comes. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>;
  try {
    got = await answer;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw silence();
  }
  if (!got.response.ok) throw ApiError.of(got.response, got.error);
  return got.data as T;
}

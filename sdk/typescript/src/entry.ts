/** From the host's call to the plugin. The build makes the component's main module with this; authors have no use for it. */

import { config } from "#host";

import { functions } from "./contract/shapes.ts";
import { DecimalError } from "./decimal.ts";
import { asPluginError, notImplemented, PluginError } from "./error.ts";
import { install } from "./globals.ts";
import * as log from "./log.ts";
import type { Implemented, Interfaces } from "./plugin.ts";
import { check, lift, type Shape } from "./shape.ts";

type Method = (...given: unknown[]) => unknown;

/** What a plugin need not say: a channel that knows no receipts has none. */
const DEFAULTS: Record<string, Method> = { "notifier.read-receipts": () => [] };

/** The functions of an interface as the engine calls them. */
export function serve(name: keyof Interfaces, implemented: Implemented<object> | undefined): Record<string, Method> {
  if (implemented?.name !== name) {
    const found = implemented?.name === undefined ? "something else" : `implement("${implemented.name}", …)`;
    throw new TypeError(`the main module exports \`${name}\`, which has to be implement("${name}", …), not ${found}`);
  }
  const wit = kebab(name) as keyof typeof functions;
  const served: Record<string, Method> = {};
  for (const [written, { takes, answers }] of Object.entries(functions[wit])) {
    const called = camel(written);
    served[called] = (...given) => {
      const method = (): unknown => {
        const implementation = implemented.with(JSON.parse(config.get())) as Record<string, Method | undefined>;
        const own = implementation[called] ?? DEFAULTS[`${wit}.${written}`];
        if (own === undefined) {
          throw notImplemented(`${wit}.${written}`);
        }
        return own.apply(implementation, given.map((value, at) => lift(takes[at], value)));
      };
      return answer(method, answers);
    };
  }
  return served;
}

/** Lets the plugin work. Whatever it throws becomes an error of the contract. */
function answer(method: () => unknown, shape: Shape | undefined): unknown {
  const done = (value: unknown): unknown => {
    check(shape, value, "");
    return value;
  };
  try {
    install();
    const value = method();
    return isPromise(value) ? value.then(done).catch(fail) : done(value);
  } catch (thrown) {
    return fail(thrown);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function fail(thrown: unknown): never {
  if (!(thrown instanceof PluginError || thrown instanceof DecimalError)) {
    log.error(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown), stack(thrown));
  }
  // The engine takes the error from an own property of this name; everything else would trap.
  throw { payload: asPluginError(thrown).failure };
}

function stack(thrown: unknown): log.Fields {
  const text = thrown instanceof Error ? thrown.stack : undefined;
  return text === undefined ? {} : { stack: text.split("\n").slice(0, 8).join("\n") };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

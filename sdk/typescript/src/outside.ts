/**
 * What the host offers exists in the sandbox alone. So separate the two: one function makes a request from an order, another makes
 * a document from an answer, both tested here; a third sends the one and hands on the other.
 */

/// <reference path="./contract/host.d.ts" />

export const inside: boolean = false;

function absent<Module extends object>(name: string): Module {
  return new Proxy({} as Module, {
    get: (_, member) => () => {
      throw new Error(`${name}.${String(member)} exists in the sandbox alone: call it from a function that tests leave out`);
    },
  });
}

export const clock = absent<typeof import("mortise:plugin/clock@1.0.0")>("clock");
export const config = absent<typeof import("mortise:plugin/config@1.0.0")>("config");
export const context = absent<typeof import("mortise:plugin/context@1.0.0")>("context");
export const http = absent<typeof import("mortise:plugin/http@1.0.0")>("http");
export const kv = absent<typeof import("mortise:plugin/kv@1.0.0")>("kv");
export const log = absent<typeof import("mortise:plugin/log@1.0.0")>("log");
export const random = absent<typeof import("mortise:plugin/random@1.0.0")>("random");
export const records = absent<typeof import("mortise:plugin/records@1.0.0")>("records");
export const secrets = absent<typeof import("mortise:plugin/secrets@1.0.0")>("secrets");

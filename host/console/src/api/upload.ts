import { ApiError, silence } from "./trouble";

/** Sends a form, or the file of a plugin, and tells how far it is, in per cent; `fetch` cannot tell. */
export function upload<T>(
  method: "POST" | "PUT",
  path: string,
  body: FormData | Blob,
  told: (percent: number) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, `/api/v1${path}`);
    request.setRequestHeader("X-Requested-With", "mortise");
    if (body instanceof Blob) request.setRequestHeader("Content-Type", "application/wasm");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) told(Math.round((100 * event.loaded) / event.total));
    };
    request.onerror = () => reject(silence());
    request.onload = () => {
      const content = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) return resolve(content as T);
      const id = request.getResponseHeader("x-request-id");
      const headers = new Headers(id ? { "x-request-id": id } : {});
      return reject(ApiError.of(new Response(null, { status: Math.max(200, request.status), headers }), content));
    };
    request.send(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

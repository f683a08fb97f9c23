import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed";

// Where `npm run dev` finds a running host.
const HOST = process.env.MORTISE_URL ?? "http://127.0.0.1:8080";

// The host puts a fresh number in its place in each answer; see `host/server/src/console.rs`.
const NONCE = "MORTISE-NONCE";

export default defineConfig(({ command }) => ({
  plugins: [react(), compressed()],
  html: command === "build" ? { cspNonce: NONCE } : {},
  resolve: { alias: { "@rjsf/validator-ajv8": fileURLToPath(new URL("build/absent.ts", import.meta.url)) } },
  server: { proxy: { "/api": { target: HOST } } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    // ECharts and Ant Design are large, and served from the next room.
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      output: {
        manualChunks: (id: string) => {
          if (/node_modules\/(react|react-dom|scheduler|react-router)\//.test(id)) return "react";
          if (/node_modules\/(echarts|zrender)\//.test(id)) return "charts";
          if (/node_modules\/(antd|@ant-design|@rc-component|dayjs)\//.test(id)) return "antd";
          return undefined;
        },
      },
    },
  },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
}));

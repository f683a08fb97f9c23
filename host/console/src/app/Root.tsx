import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App, ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import { BrowserRouter } from "react-router";
import { ApiError } from "../api/trouble";
import { LanguageProvider, useLanguage } from "../words/language";
import { Door } from "./Door";
import { nonce } from "./nonce";
import { theme } from "./theme";

const queries: QueryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, retry: (failures, error) => isSilence(error) && failures < 2 } },
  // Whoever is signed out meanwhile sees the door, wherever they are.
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof ApiError && error.status === 401 && query.queryKey[0] !== "me") queries.setQueryData(["me"], null);
    },
  }),
});

function isSilence(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 503);
}

/** All that surrounds the pages. */
export function Root() {
  return (
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <Dressed />
      </QueryClientProvider>
    </LanguageProvider>
  );
}

function Dressed() {
  const { language } = useLanguage();
  const number = nonce();
  return (
    <ConfigProvider
      locale={language === "zh" ? zhCN : enGB}
      theme={theme}
      button={{ autoInsertSpace: false }}
      {...(number ? { csp: { nonce: number } } : {})}
    >
      <App>
        <BrowserRouter>
          <Door />
        </BrowserRouter>
      </App>
    </ConfigProvider>
  );
}

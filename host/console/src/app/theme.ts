import type { ThemeConfig } from "antd";

const INK = "#0b5c66";

/** Colours and sizes. Greys are dark enough to be read (WCAG AA) on every ground that they stand on. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: INK,
    colorLink: INK,
    colorInfo: INK,
    colorSuccess: "#1f7a4d",
    colorWarning: "#a05a00",
    colorError: "#b3261e",
    colorSuccessBg: "#edf8f2",
    colorSuccessBorder: "#b7dfc9",
    colorWarningBg: "#fff7e6",
    colorWarningBorder: "#f0d9ab",
    colorErrorBg: "#fdf0ef",
    colorErrorBorder: "#f2c4c0",
    colorInfoBg: "#ecf5f6",
    colorInfoBorder: "#bddadd",
    colorTextBase: "#17252a",
    colorTextSecondary: "#47565c",
    colorTextTertiary: "#56656b",
    colorTextDescription: "#56656b",
    colorTextPlaceholder: "#66747a",
    colorBgLayout: "#f4f6f6",
    colorBorderSecondary: "#e4e9ea",
    borderRadius: 8,
    fontFamily: 'Inter, "Segoe UI", system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    fontSize: 14,
  },
  components: {
    Table: { headerBg: "#f8fafa", headerColor: "#47565c", headerSplitColor: "transparent", rowHoverBg: "#f4f9f9" },
    Menu: {
      itemSelectedBg: "#e3f0f1",
      itemSelectedColor: INK,
      itemHeight: 34,
      itemMarginBlock: 2,
      itemColor: "#2c3c42",
      groupTitleColor: "#5b6a70",
    },
    Layout: { siderBg: "#ffffff", headerBg: "#ffffff" },
  },
};

/** Colours of charts, in the order in which series take them. */
export const palette = { good: "#2f8f6b", work: "#5b8def", wait: "#e0a02f", bad: "#c4453c", calm: "#a9b5b9", ink: INK };

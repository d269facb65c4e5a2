import { type ThemeConfig, theme } from "antd";

const base = {
  fontFamily: "var(--font)",
  fontSize: 14,
  borderRadius: 6,
  controlHeight: 32,
  wireframe: false,
  motionDurationFast: "0.12s",
  motionDurationMid: "0.14s",
  motionDurationSlow: "0.18s",
  // No shadows or gradients: what floats has a border.
  boxShadow: "0 0 0 1px var(--line-strong)",
  boxShadowSecondary: "0 0 0 1px var(--line-strong)",
  boxShadowTertiary: "none",
} as const;

const flat = { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" } as const;

/** antd's shipped style sheet reads CSS variables, so one theme object per mode is all that is made at run time. */
export const lightTheme: ThemeConfig = {
  zeroRuntime: true,
  hashed: false,
  cssVar: { key: "light" },
  token: {
    ...base,
    colorPrimary: "#3a5bc7",
    // Hovering must not take contrast away: darker here, lighter in the dark.
    colorPrimaryHover: "#3451b2",
    colorPrimaryActive: "#2c4596",
    colorInfo: "#3a5bc7",
    colorLink: "#3451b2",
    colorLinkHover: "#24398a",
    colorLinkActive: "#24398a",
    colorSuccess: "#18794e",
    colorWarning: "#984d00",
    colorError: "#c62a2f",
    colorErrorHover: "#b3262a",
    colorErrorActive: "#9c2125",
    // Dark seeds give muddy generated tints, so the tints are set by hand (all pairs at least 4.5:1).
    colorSuccessBg: "#e9f7ef",
    colorSuccessBorder: "#b5dfc7",
    colorWarningBg: "#fff4e0",
    colorWarningBorder: "#f3d19c",
    colorErrorBg: "#ffefef",
    colorErrorBorder: "#f4b9b9",
    colorTextBase: "#1b1f24",
    colorText: "#1b1f24",
    colorTextSecondary: "#4d5661",
    colorTextTertiary: "#626b76",
    colorTextQuaternary: "#6b7480",
    colorTextPlaceholder: "#6b7480",
    colorTextDescription: "#5b6470",
    colorBgLayout: "#f6f6f4",
    colorBorder: "#d5d6d3",
    colorBorderSecondary: "#e7e7e4",
  },
  components: { Button: flat, Form: { itemMarginBottom: 16, verticalLabelPadding: "0 0 4px" } },
};

export const darkTheme: ThemeConfig = {
  zeroRuntime: true,
  hashed: false,
  cssVar: { key: "dark" },
  algorithm: theme.darkAlgorithm,
  token: {
    ...base,
    colorPrimary: "#6f8cf0",
    colorPrimaryHover: "#86a0ff",
    colorPrimaryActive: "#9db2ff",
    colorInfo: "#6f8cf0",
    colorLink: "#9db2ff",
    colorLinkHover: "#bccaff",
    colorLinkActive: "#bccaff",
    colorSuccess: "#5bd094",
    colorWarning: "#f0b45e",
    colorError: "#ff8a8a",
    colorErrorHover: "#ffa3a3",
    colorErrorActive: "#ffbcbc",
    colorSuccessBg: "#14281d",
    colorWarningBg: "#2e2414",
    colorErrorBg: "#33191b",
    colorText: "#e8eaed",
    colorTextBase: "#e8eaed",
    colorTextSecondary: "#b6bdc7",
    colorTextTertiary: "#a0a8b3",
    colorTextQuaternary: "#929aa6",
    colorTextPlaceholder: "#929aa6",
    colorTextDescription: "#a0a8b3",
    colorBgBase: "#181b20",
    colorBgContainer: "#181b20",
    colorBgElevated: "#1c2026",
    colorBgLayout: "#0f1114",
    colorBorder: "#3a414b",
    colorBorderSecondary: "#2a2f37",
    // The accent is light here, so text on it is dark.
    colorTextLightSolid: "#0f1114",
    // Tooltips wear the same dark text.
    colorBgSpotlight: "#c9cfd8",
  },
  components: { Button: flat, Form: { itemMarginBottom: 16, verticalLabelPadding: "0 0 4px" } },
};

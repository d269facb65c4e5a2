import "./nonce-shim";
import "./styles/base.css";
import "./styles/front.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeClient, Portal } from "./app/Portal";
import { makeRouter } from "./app/router";

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root");
createRoot(element).render(
  <StrictMode>
    <Portal router={makeRouter()} client={makeClient()} />
  </StrictMode>,
);

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiError } from "@/api/problem";
import type { makeRouter } from "./router";

export const makeClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server refused it will refuse again; only lost connections and its own faults are worth another try.
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.refused),
        refetchOnWindowFocus: true,
      },
    },
  });

export function Portal({ router, client }: { router: ReturnType<typeof makeRouter>; client: QueryClient }) {
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

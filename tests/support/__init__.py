"""What tests share: clocks, servers, apps and terminals."""

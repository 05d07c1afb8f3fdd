"""The ticket (phiếu gửi nhà in): what it says and shows, and where."""

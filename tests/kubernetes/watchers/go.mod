module watchers

go 1.24.0
